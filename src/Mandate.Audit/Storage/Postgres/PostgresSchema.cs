using Npgsql;

namespace Mandate.Audit.Storage.Postgres;

/// <summary>Creates or checks the schema, see <c>schema.sql</c>.</summary>
internal static class PostgresSchema
{
    public const int Version = 1;

    public const string Reader = "mandate_audit_reader";
    public const string Writer = "mandate_audit_writer";
    public const string Retention = "mandate_audit_retention";

    /// <summary>Keeps two processes from creating the schema at the same time: "MAudit".</summary>
    private const long CreationLock = 0x4D4175646974;

    /// <summary>Version of the schema in a database; 0 when there is none.</summary>
    public static int VersionOf(NpgsqlConnection connection)
    {
        // Read from the catalogue itself: to_regclass may answer from what the session remembers, which is that there is none, after another process has just created it.
        using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'mandate_audit' AND tablename = 'version')", connection);
        if (exists.ExecuteScalar() is not true)
            return 0;
        using var version = new NpgsqlCommand("SELECT number FROM mandate_audit.version", connection);
        return version.ExecuteScalar() is int number ? number : 0;
    }

    /// <exception cref="AuditStoreException">The schema is of a newer version.</exception>
    public static void Ensure(NpgsqlConnection connection)
    {
        if (VersionOf(connection) == 0)
        {
            using var transaction = connection.BeginTransaction();
            using (var wait = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({CreationLock})", connection, transaction))
                wait.ExecuteNonQuery();
            if (VersionOf(connection) == 0)
            {
#pragma warning disable CA2100 // the text is a file of this folder
                using var create = new NpgsqlCommand(Script(), connection, transaction);
#pragma warning restore CA2100
                create.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        Check(connection);
    }

    /// <exception cref="AuditStoreException">There is no schema, or one of another version.</exception>
    public static void Check(NpgsqlConnection connection)
    {
        var version = VersionOf(connection);
        if (version == 0)
            throw new AuditStoreException($"The database '{connection.Database}' holds no audit ledger.");
        if (version != Version)
            throw new AuditStoreException($"The audit ledger in the database '{connection.Database}' is of version {version}; this program writes version {Version}. Use the program that wrote it, or a newer one.");
    }

    /// <summary>From here on the connection may do what the role may, whoever it was opened as.</summary>
    public static void Become(NpgsqlConnection connection, string role)
    {
        using var set = new NpgsqlCommand($"SET ROLE {role}", connection);
        set.ExecuteNonQuery();
    }

    /// <summary>The same until the transaction ends.</summary>
    public static void BecomeForTransaction(NpgsqlConnection connection, string role)
    {
        using var set = new NpgsqlCommand($"SET LOCAL ROLE {role}", connection);
        set.ExecuteNonQuery();
    }

    private static string Script()
    {
        using var stream = typeof(PostgresSchema).Assembly.GetManifestResourceStream("schema.sql") ?? throw new InvalidOperationException("schema.sql is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
