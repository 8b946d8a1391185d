using Mandate.Audit.Storage.Sqlite;
using Mandate.Testing;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Tests;

/// <summary>What this program's own connections may do, whatever statement reaches them.</summary>
public sealed class SqliteAccessTests
{
    [Theory]
    [Scenario("audit", 14)]
    [InlineData("DELETE FROM event")]
    [InlineData("UPDATE event SET hash = x'00'")]
    [InlineData("INSERT INTO event VALUES (1, x'00', x'00')")]
    [InlineData("DROP TRIGGER event_is_never_deleted")]
    [InlineData("DROP TABLE event")]
    [InlineData("ATTACH '/tmp/other.db' AS other")]
    [InlineData("PRAGMA writable_schema = ON")]
    [InlineData("CREATE TEMP TABLE copy AS SELECT * FROM event")]
    [InlineData("DELETE FROM checkpoint")]
    [InlineData("UPDATE removed SET up_to = 9")]
    public async Task Reader_AnythingButReading_IsRefused(string sql)
    {
        await using var fixture = await LedgerFixture.CreateAsync(3);
        using var connection = new SqliteFile(fixture.Path).OpenReader();

        var error = Should.Throw<SqliteException>(() => Run(connection, sql));

        error.SqliteErrorCode.ShouldBe(SQLitePCL.raw.SQLITE_AUTH, error.Message);
        connection.Scalar("SELECT count(*) FROM event").ShouldBe(3);
    }

    [Theory]
    [Scenario("audit", 14)]
    [InlineData("DELETE FROM event")]
    [InlineData("UPDATE event SET hash = x'00'")]
    [InlineData("DROP TRIGGER event_is_never_deleted")]
    [InlineData("DROP TABLE event")]
    [InlineData("ALTER TABLE event RENAME TO gone")]
    [InlineData("ATTACH '/tmp/other.db' AS other")]
    public async Task Writer_AnythingThatIsNoAppend_IsRefusedBeforeTheTriggersAreAsked(string sql)
    {
        await using var fixture = await LedgerFixture.CreateAsync(3);
        await fixture.CloseAsync();
        using var connection = new SqliteFile(fixture.Path).OpenWriter(maximumPages: null);
        SqliteAuthorizer.AppendOnly(connection, () => false);

        Should.Throw<SqliteException>(() => Run(connection, sql)).SqliteErrorCode.ShouldBe(SQLitePCL.raw.SQLITE_AUTH);

        connection.Scalar("SELECT count(*) FROM event").ShouldBe(3);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        statement.Execute();
    }
}
