namespace Mandate.Audit.Tests;

public sealed class SqliteAppendTests() : AppendTests(postgres: null);
