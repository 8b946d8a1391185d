namespace Mandate.Audit.Tests;

/// <summary>The tests that share a PostgreSQL server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
