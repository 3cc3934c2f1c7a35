-- What the sample may do.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'svc-sample') THEN
    CREATE ROLE "svc-sample" LOGIN;
  END IF;
END
$$;
GRANT CONNECT ON DATABASE "shop" TO "svc-sample";
GRANT USAGE ON SCHEMA "sales" TO "svc-sample";
GRANT SELECT ON TABLE "sales"."invoice", "sales"."payment" TO "svc-sample";
GRANT UPDATE ("status") ON TABLE "sales"."payment" TO "svc-sample";
GRANT SELECT ON TABLE "sales"."invoice" TO PUBLIC;
