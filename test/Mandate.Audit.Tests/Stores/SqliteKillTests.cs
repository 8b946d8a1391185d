namespace Mandate.Audit.Tests;

public sealed class SqliteKillTests() : KillTests(postgres: null, kills: 200);
