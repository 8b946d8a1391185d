namespace Mandate.Audit.Tests;

public sealed class SqliteCheckpointTests() : CheckpointTests(postgres: null);
