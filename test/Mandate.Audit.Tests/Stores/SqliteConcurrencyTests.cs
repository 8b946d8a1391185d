namespace Mandate.Audit.Tests;

public sealed class SqliteConcurrencyTests() : ConcurrencyTests(postgres: null);
