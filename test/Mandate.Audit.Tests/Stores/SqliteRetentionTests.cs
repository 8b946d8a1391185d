namespace Mandate.Audit.Tests;

public sealed class SqliteRetentionTests() : RetentionTests(postgres: null);
