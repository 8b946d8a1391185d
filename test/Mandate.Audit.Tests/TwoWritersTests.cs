using Mandate.Testing;

namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class TwoWritersTests(PostgresServer postgres)
{
    [Fact]
    [Scenario("audit", 6)]
    public async Task Append_TwoProcessesOf64WritersEach_MakeOneUnbrokenChain()
    {
        var database = postgres.CreateDatabase();
        using var first = WriterProcess.Start(database, "2500");
        using var second = WriterProcess.Start(database, "2500");
        await Task.WhenAll(first.WaitForExitAsync(), second.WaitForExitAsync());

        first.ExitCode.ShouldBe(0);
        second.ExitCode.ShouldBe(0);
        using var archive = AuditArchive.OpenPostgres(database);
        (await archive.VerifyAsync("acme", new())).ShouldSatisfyAllConditions(v => v.Damage.ShouldBeNull(), v => v.Checked.ShouldBe(2 * 64 * 2_500));
    }
}
