-- to be run while connected to the database "stock"
BEGIN;
DO $scopec$ BEGIN CREATE ROLE "fore""caster" LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $scopec$;
-- holds for passwords alone
ALTER ROLE "fore""caster" VALID UNTIL '2028-04-01T00:00:00Z';
REVOKE ALL PRIVILEGES ON DATABASE "stock" FROM "fore""caster";
REVOKE ALL PRIVILEGES ON SCHEMA "shop" FROM "fore""caster";
REVOKE ALL PRIVILEGES ON TABLE "shop"."O'Brien ""x""; DROP" FROM "fore""caster";
REVOKE ALL PRIVILEGES ON TABLE "shop"."payment" FROM "fore""caster";
DO $scopec$ DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'shop' AND c.relkind IN ('r', 'p', 'f') ORDER BY 1 LOOP EXECUTE 'REVOKE ALL PRIVILEGES ON TABLE ' || relation || ' FROM "fore""caster"'; END LOOP; END $scopec$;
DO $scopec$ DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'shop' AND c.relkind IN ('v', 'm') ORDER BY 1 LOOP EXECUTE 'REVOKE ALL PRIVILEGES ON TABLE ' || relation || ' FROM "fore""caster"'; END LOOP; END $scopec$;
REVOKE ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA "shop" FROM "fore""caster";
REVOKE ALL PRIVILEGES ON FUNCTION "shop"."now" FROM "fore""caster";
REVOKE ALL PRIVILEGES ON FUNCTION "shop"."total"(integer, text) FROM "fore""caster";
REVOKE ALL PRIVILEGES ON LARGE OBJECT 12345 FROM "fore""caster";
REVOKE ALL PRIVILEGES ON PARAMETER "app"."limit" FROM "fore""caster";
REVOKE "readers" FROM "fore""caster";
GRANT CONNECT ON DATABASE "stock" TO "fore""caster";
GRANT USAGE ON SCHEMA "shop" TO "fore""caster";
GRANT SELECT ON TABLE "shop"."O'Brien ""x""; DROP" TO "fore""caster";
GRANT UPDATE ("status", "a""b"), DELETE ON TABLE "shop"."payment" TO "fore""caster";
GRANT INSERT ("status") ON TABLE "shop"."payment" TO "fore""caster";
-- what is there now; run it again after something is added
DO $scopec$ DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'shop' AND c.relkind IN ('r', 'p', 'f') ORDER BY 1 LOOP EXECUTE 'GRANT SELECT ON TABLE ' || relation || ' TO "fore""caster"'; END LOOP; END $scopec$;
-- what is there now; run it again after something is added
DO $scopec$ DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'shop' AND c.relkind IN ('v', 'm') ORDER BY 1 LOOP EXECUTE 'GRANT SELECT ON TABLE ' || relation || ' TO "fore""caster"'; END LOOP; END $scopec$;
-- what is there now; run it again after something is added
GRANT USAGE ON ALL SEQUENCES IN SCHEMA "shop" TO "fore""caster";
GRANT EXECUTE ON FUNCTION "shop"."now" TO "fore""caster";
GRANT EXECUTE ON FUNCTION "shop"."total"(integer, text) TO "fore""caster";
GRANT SELECT ON LARGE OBJECT 12345 TO "fore""caster";
GRANT SET ON PARAMETER "app"."limit" TO "fore""caster";
GRANT "readers" TO "fore""caster";
GRANT "readers" TO "fore""caster" WITH ADMIN OPTION;
COMMIT;
