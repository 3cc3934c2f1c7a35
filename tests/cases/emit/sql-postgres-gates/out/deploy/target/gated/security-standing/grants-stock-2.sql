-- to be run while connected to the database "stock"
-- once security approves, until it is taken back
BEGIN;
REVOKE ALL PRIVILEGES ON TABLE "shop"."item" FROM "forecaster";
REVOKE ALL PRIVILEGES ON TABLE "shop"."order" FROM "forecaster";
GRANT SELECT ON TABLE "shop"."item" TO "forecaster";
GRANT DELETE ON TABLE "shop"."order" TO "forecaster";
COMMIT;
