namespace Mandate.Audit.Tests;

/// <summary>Fewer, as the server lives on: what a killed writer leaves behind is a transaction that ends.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresKillTests(PostgresServer postgres) : KillTests(postgres, kills: 20);
