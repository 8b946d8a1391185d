namespace Mandate.Audit.Tests;

public sealed class SqliteQueryTests() : QueryTests(postgres: null);
