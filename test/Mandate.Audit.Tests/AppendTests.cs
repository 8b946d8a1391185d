using System.Diagnostics.CodeAnalysis;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class AppendTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    [Scenario("audit", 2)]
    public async Task Append_FirstAndSecond_AreLinkedFromZero()
    {
        await using var fixture = await CreateAsync();
        fixture.Clock.Advance(TimeSpan.FromTicks(1_234_567));

        var first = await fixture.Ledger.AppendAsync(Samples.Entry());
        var second = await fixture.Ledger.AppendAsync(Samples.Entry(resource: "order-2"));

        first.Sequence.ShouldBe(1);
        first.PreviousHash.ShouldBe(AuditHash.Zero);
        first.Time.ShouldBe(fixture.Clock.GetUtcNow().AddTicks(-7), "whole microseconds");
        first.Time.Offset.ShouldBe(TimeSpan.Zero);
        first.Id.Version.ShouldBe(7);
        second.Sequence.ShouldBe(2);
        second.PreviousHash.ShouldBe(first.Hash);
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Append_TwoTenants_HaveChainsOfTheirOwn()
    {
        await using var fixture = await CreateAsync();

        await fixture.Ledger.AppendAsync(Samples.Entry("acme"));
        var other = await fixture.Ledger.AppendAsync(Samples.Entry("umbrella"));

        other.Sequence.ShouldBe(1);
        other.PreviousHash.ShouldBe(AuditHash.Zero);
        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(1);
        (await fixture.Ledger.VerifyAsync("umbrella")).Checked.ShouldBe(1);
    }

    [Fact]
    public async Task Append_AfterReopening_ContinuesTheChain()
    {
        await using var fixture = await CreateAsync(events: 3);
        await fixture.ReopenAsync();

        var next = await fixture.Ledger.AppendAsync(Samples.Entry());

        next.Sequence.ShouldBe(4);
        (await fixture.Ledger.VerifyAsync("acme")).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Head.ShouldBe(new(4, next.Hash)));
    }

    [Fact]
    public async Task Append_ClockGoesBack_KeepsTheOrderOfTheChain()
    {
        await using var fixture = await CreateAsync(events: 1);
        fixture.Clock.Set(fixture.Clock.GetUtcNow().AddHours(-1));

        var next = await fixture.Ledger.AppendAsync(Samples.Entry());

        next.Sequence.ShouldBe(2);
        (await fixture.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue();
    }

    [Theory]
    [Scenario("audit", 5)]
    [InlineData("it's \"quoted\"")]
    [InlineData("line\r\nbreak\ttab")]
    [InlineData("a|b|c")]
    [InlineData("before\0after")]
    [InlineData("\0")]
    [InlineData("😀 ünïcode \uFFFD \u202E")]
    [InlineData("'); DROP TABLE event; --")]
    [InlineData("%s {0} ${x} ?1 $1")]
    public async Task Append_HostileText_IsReadBackExactly(string text)
    {
        await using var fixture = await CreateAsync();
        var entry = new AuditEntry
        {
            Tenant = text,
            Type = text,
            Action = text,
            Result = AuditResult.Denied,
            Resource = new(text, text),
            Actor = new(text, text, text),
            Context = new Dictionary<string, string> { [text] = text },
            Metadata = new Dictionary<string, string> { [text] = text, ["empty"] = "" },
        };

        var written = await fixture.Ledger.AppendAsync(entry);
        await fixture.ReopenAsync();
        var read = await fixture.Ledger.FindAsync(text, written.Id);
        var queried = await fixture.Ledger.QueryAsync(text, new() { Type = text, ResourceType = text, ResourceId = text, ActorId = text, ActorType = text, Action = text });

        read.ShouldNotBeNull();
        read.Entry.ShouldBeEquivalentTo(entry with { Context = read.Entry.Context, Metadata = read.Entry.Metadata });
        read.Entry.Context.ShouldBe(entry.Context, ignoreOrder: true);
        read.Entry.Metadata.ShouldBe(entry.Metadata, ignoreOrder: true);
        read.Hash.ShouldBe(written.Hash);
        queried.Events.Count.ShouldBe(1);
        (await fixture.Ledger.VerifyAsync(text)).ShouldSatisfyAllConditions(v => v.IsValid.ShouldBeTrue(), v => v.Checked.ShouldBe(1));
    }

    [Fact]
    [Scenario("audit", 5)]
    public async Task Append_LargestMetadata_IsStoredAndVerified()
    {
        await using var fixture = await CreateAsync();
        var large = new string('é', AuditLimits.Value / 2);

        var written = await fixture.Ledger.AppendAsync(Samples.Entry() with { Metadata = new Dictionary<string, string> { ["large"] = large } });

        (await fixture.Ledger.FindAsync("acme", written.Id))!.Entry.Metadata["large"].ShouldBe(large);
        (await fixture.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue();
    }

    public static TheoryData<string, AuditEntry> Refused()
    {
        var entry = Samples.Entry();
        static Dictionary<string, string> One(string key, string value) => new() { [key] = value };
        return new()
        {
            { "tenant", entry with { Tenant = "" } },
            { "event type", entry with { Type = "" } },
            { "action", entry with { Action = new('x', AuditLimits.Text + 1) } },
            { "action", entry with { Action = new('é', AuditLimits.Text / 2 + 1) } },
            { "result", entry with { Result = (AuditResult)7 } },
            { "resource id", entry with { Resource = new("execution", new('x', 5_000)) } },
            { "resource type", entry with { Resource = new(null!) } },
            { "actor id", entry with { Actor = new("user", "half \ud83d") } },
            { "actor type", entry with { Actor = null! } },
            { "value in metadata", entry with { Metadata = One("k", new('x', AuditLimits.Value + 1)) } },
            { "value in metadata", entry with { Metadata = One("k", null!) } },
            { "value in context", entry with { Context = One("k", "\udc00") } },
            { "name in context", entry with { Context = One("", "v") } },
            { "name in metadata", entry with { Metadata = One(new('k', AuditLimits.Key + 1), "v") } },
            { "metadata", entry with { Metadata = Enumerable.Range(0, 257).ToDictionary(i => $"k{i}", _ => "v") } },
            { "metadata", entry with { Metadata = Enumerable.Range(0, 5).ToDictionary(i => $"k{i}", _ => new string('v', 60_000)) } },
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    [SuppressMessage("Usage", "xUnit1045", Justification = "The entries need not be told apart in a test explorer.")]
    public async Task Append_EntryBeyondTheLimits_IsRefusedByNameAndNothingIsWritten(string field, AuditEntry entry)
    {
        await using var fixture = await CreateAsync(events: 1);

        var error = await Should.ThrowAsync<AuditEntryException>(async () => await fixture.Ledger.AppendAsync(entry));

        error.Message.ShouldContain(field);
        error.Message.Length.ShouldBeLessThan(200, "the value is not in it");
        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(1);
        (await fixture.Ledger.AppendAsync(Samples.Entry())).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Append_CancelledBefore_WritesNothing()
    {
        await using var fixture = await CreateAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await fixture.Ledger.AppendAsync(Samples.Entry(), cancelled.Token));

        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(0);
    }

    [Fact]
    public async Task Append_AfterDispose_IsRefused()
    {
        await using var fixture = await CreateAsync();
        var ledger = fixture.Ledger;
        await fixture.CloseAsync();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await ledger.AppendAsync(Samples.Entry()));
    }

    [Fact]
    public async Task Dispose_WithAppendsWaiting_WritesThem()
    {
        await using var fixture = await CreateAsync();
        var waiting = Enumerable.Range(0, 500).Select(_ => fixture.Ledger.AppendAsync(Samples.Entry())).ToList();

        await fixture.ReopenAsync();

        (await Task.WhenAll(waiting)).Length.ShouldBe(500);
        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(500);
    }
}
