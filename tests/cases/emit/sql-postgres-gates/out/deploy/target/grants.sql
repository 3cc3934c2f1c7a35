BEGIN;
DO $scopec$ BEGIN CREATE ROLE "forecaster" LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $scopec$;
-- holds for passwords alone
ALTER ROLE "forecaster" VALID UNTIL '2028-04-01T00:00:00Z';
COMMIT;
