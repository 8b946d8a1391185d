namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresExportTests(PostgresServer postgres) : ExportTests(postgres);
