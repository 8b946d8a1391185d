using Mandate.Audit.Recording;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public sealed class AuditRecorderTests
{
    [Fact]
    [Scenario("audit", 13)]
    public async Task Record_LedgerFull_RefusesByDefaultAndKeepsWhatMayWaitUntilItIsBack()
    {
        var pages = 60L;
        await using var fixture = await LedgerFixture.CreateAsync(configure: o => o with { MaximumPages = () => pages });
        await using var recorder = new AuditRecorder(fixture.Ledger, new() { Buffered = ["audit"], Capacity = 3, TimeProvider = fixture.Clock });
        await FillAsync(fixture.Ledger);

        await Should.ThrowAsync<AuditUnavailableException>(() => recorder.RecordAsync(Entry("execution.start", "refused")));
        await Should.ThrowAsync<AuditUnavailableException>(() => recorder.RecordAsync(Entry("auditing", "another word, so refused")));
        await recorder.RecordAsync(Entry("audit.read", "first"));
        await recorder.RecordAsync(Entry("audit", "second"));
        await recorder.RecordAsync(Entry("audit.read", "third"));
        await Should.ThrowAsync<AuditUnavailableException>(() => recorder.RecordAsync(Entry("audit.read", "one too many")));
        recorder.Waiting.ShouldBe(3);

        pages = 100_000;
        await Eventually.BecomesAsync(() =>
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(30));
            return recorder.Waiting == 0;
        });
        await recorder.RecordAsync(Entry("execution.start", "fourth"));

        var recorded = (await fixture.Ledger.QueryAsync("acme", new() { Limit = 4 })).Events.Select(e => e.Entry.Resource.Id);
        recorded.ShouldBe(["fourth", "third", "second", "first"], "in the order they happened");
    }

    [Fact]
    public async Task Dispose_WhileEventsWait_WritesThemWhenTheLedgerIsBack()
    {
        var pages = 60L;
        await using var fixture = await LedgerFixture.CreateAsync(configure: o => o with { MaximumPages = () => pages });
        var recorder = new AuditRecorder(fixture.Ledger, new() { Buffered = ["audit.read"], TimeProvider = fixture.Clock });
        await FillAsync(fixture.Ledger);
        await recorder.RecordAsync(Entry("audit.read", "late"));
        pages = 100_000;

        await recorder.DisposeAsync();

        (await fixture.Ledger.QueryAsync("acme", new() { Limit = 1 })).Events[0].Entry.Resource.Id.ShouldBe("late");
    }

    private static AuditEntry Entry(string type, string resource) =>
        Samples.Entry(resource: resource, type: type) with { Metadata = new Dictionary<string, string> { ["ballast"] = new('x', 20_000) } };

    private static async Task FillAsync(AuditLedger ledger) => await Should.ThrowAsync<AuditUnavailableException>(async () =>
    {
        while (true)
            await ledger.AppendAsync(Entry("filler", "filler"));
    });
}
