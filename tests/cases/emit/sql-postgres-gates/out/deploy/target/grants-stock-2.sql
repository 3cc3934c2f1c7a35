-- to be run while connected to the database "stock"
BEGIN;
REVOKE ALL PRIVILEGES ON TABLE "shop"."item" FROM "forecaster";
REVOKE ALL PRIVILEGES ON TABLE "shop"."order" FROM "forecaster";
GRANT SELECT ON TABLE "shop"."item" TO "forecaster";
COMMIT;
