-- to be run while connected to the database "shop"
DO $scopec$ BEGIN CREATE ROLE "svc-sample" LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $scopec$;
REVOKE ALL PRIVILEGES ON TABLE "sales"."invoice" FROM "svc-sample";
DO $scopec$ DECLARE relation text; BEGIN FOR relation IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'sales' AND c.relkind IN ('r', 'p', 'f') ORDER BY 1 LOOP EXECUTE 'GRANT SELECT ON TABLE ' || relation || ' TO "svc-sample"'; END LOOP; END $scopec$;
GRANT EXECUTE ON FUNCTION "sales"."total"(integer, text) TO "svc-sample";
GRANT SELECT ON TABLE "sales"."summary" TO "svc-sample";
GRANT "reporting" TO "svc-sample";
GRANT DELETE ON TABLE "sales"."invoice" TO "svc-sample";
