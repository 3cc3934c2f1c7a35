-- to be run while connected to the database "Stock"
-- once security approves, until it is taken back
BEGIN;
REVOKE ALL PRIVILEGES ON TABLE "shop"."item" FROM "forecaster";
GRANT SELECT ON TABLE "shop"."item" TO "forecaster";
COMMIT;
