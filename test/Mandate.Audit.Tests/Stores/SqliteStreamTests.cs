namespace Mandate.Audit.Tests;

public sealed class SqliteStreamTests() : StreamTests(postgres: null);
