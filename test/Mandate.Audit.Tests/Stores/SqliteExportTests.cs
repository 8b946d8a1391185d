namespace Mandate.Audit.Tests;

public sealed class SqliteExportTests() : ExportTests(postgres: null);
