using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class QueryTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    [Scenario("audit", 3)]
    public async Task Query_Pages_CoverEverythingOnceWhileEventsArrive()
    {
        await using var fixture = await CreateAsync(events: 25);
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await fixture.Ledger.QueryAsync("acme", new() { Limit = 10, Cursor = cursor });
            seen.AddRange(page.Events.Select(e => e.Sequence));
            cursor = page.NextCursor;
            await fixture.Ledger.AppendAsync(Samples.Entry());
        }
        while (cursor is not null);

        seen.ShouldBe(Enumerable.Range(1, 25).Reverse().Select(i => (long)i));
    }

    [Fact]
    public async Task Query_OldestFirst_FollowsTheChain()
    {
        await using var fixture = await CreateAsync(events: 5);

        var first = await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 3 });
        var second = await fixture.Ledger.QueryAsync("acme", new() { OldestFirst = true, Limit = 3, Cursor = first.NextCursor });

        first.Events.Select(e => e.Sequence).ShouldBe([1, 2, 3]);
        second.Events.Select(e => e.Sequence).ShouldBe([4, 5]);
        second.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task Query_ExactlyOneFullPage_HasNoNext()
    {
        await using var fixture = await CreateAsync(events: 5);

        (await fixture.Ledger.QueryAsync("acme", new() { Limit = 5 })).NextCursor.ShouldBeNull();
    }

    [Fact]
    [Scenario("audit", 3)]
    public async Task Query_EachFilter_SelectsExactlyItsEvents()
    {
        await using var fixture = await CreateAsync();
        var start = fixture.Clock.GetUtcNow();
        AuditEntry[] entries =
        [
            Samples.Entry(),
            Samples.Entry() with { Type = "execution.signal" },
            Samples.Entry() with { Action = "stop" },
            Samples.Entry() with { Result = AuditResult.Denied },
            Samples.Entry() with { Resource = new("key", "order-1") },
            Samples.Entry() with { Resource = new("execution", "order-2") },
            Samples.Entry() with { Actor = new("worker", "alice") },
            Samples.Entry() with { Actor = new("user", "bob") },
        ];
        foreach (var entry in entries)
        {
            await fixture.Ledger.AppendAsync(entry);
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (AuditQuery Query, long[] Expected)[] cases =
        [
            (new() { Type = "execution.signal" }, [2]),
            (new() { Action = "stop" }, [3]),
            (new() { Result = AuditResult.Denied }, [4]),
            (new() { ResourceType = "key" }, [5]),
            (new() { ResourceId = "order-2" }, [6]),
            (new() { ResourceType = "execution", ResourceId = "order-2" }, [6]),
            (new() { ActorType = "worker" }, [7]),
            (new() { ActorId = "bob" }, [8]),
            (new() { From = start.AddSeconds(6) }, [8, 7]),
            (new() { To = start.AddSeconds(2) }, [2, 1]),
            (new() { From = start.AddSeconds(2), To = start.AddSeconds(4) }, [4, 3]),
            (new() { From = start.AddSeconds(2).AddTicks(1), To = start.AddSeconds(4).AddTicks(1) }, [5, 4]),
            (new() { Type = "execution.start", ActorId = "bob", Result = AuditResult.Denied }, []),
        ];
        foreach (var (query, expected) in cases)
            (await fixture.Ledger.QueryAsync("acme", query)).Events.Select(e => e.Sequence).ShouldBe(expected, query.ToString());
    }

    [Fact]
    [Scenario("audit", 3)]
    public async Task Query_OtherTenant_SeesNothing()
    {
        await using var fixture = await CreateAsync();
        var mine = await fixture.Ledger.AppendAsync(Samples.Entry("acme"));

        (await fixture.Ledger.QueryAsync("umbrella", new())).Events.ShouldBeEmpty();
        (await fixture.Ledger.FindAsync("umbrella", mine.Id)).ShouldBeNull();
        (await fixture.Ledger.FindAsync("acme", mine.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Query_CursorOfAnotherTenantOrFilter_IsRefused()
    {
        await using var fixture = await CreateAsync(events: 5);
        await fixture.Ledger.AppendAsync(Samples.Entry("umbrella"));
        var cursor = (await fixture.Ledger.QueryAsync("acme", new() { Limit = 2 })).NextCursor.ShouldNotBeNull();

        await Refused("umbrella", new() { Limit = 2, Cursor = cursor });
        await Refused("acme", new() { Limit = 2, Cursor = cursor, ActorId = "alice" });
        await Refused("acme", new() { Limit = 2, Cursor = cursor, OldestFirst = true });
        await Refused("acme", new() { Cursor = "" });
        await Refused("acme", new() { Cursor = "not a cursor" });
        await Refused("acme", new() { Cursor = new('A', 10_000) });
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            // The sequence number is free to be another one; version and fingerprint are not.
            if (i < 1 || i > 12)
                await Refused("acme", new() { Limit = 2, Cursor = new(changed) });
        }

        // Another page size is the same walk.
        (await fixture.Ledger.QueryAsync("acme", new() { Limit = 100, Cursor = cursor })).Events.Count.ShouldBe(3);

        async Task Refused(string tenant, AuditQuery query) =>
            await Should.ThrowAsync<AuditCursorException>(() => fixture.Ledger.QueryAsync(tenant, query));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public async Task Query_LimitOutOfRange_IsRefused(int limit)
    {
        await using var fixture = await CreateAsync();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await fixture.Ledger.QueryAsync("acme", new() { Limit = limit }));
    }

    [Fact]
    [Scenario("audit", 3)]
    public async Task Query_Words_FindsEventsWhoseMetadataHasThemAll()
    {
        await using var fixture = await CreateAsync();
        async Task Add(string note, string more = "") =>
            await fixture.Ledger.AppendAsync(Samples.Entry() with { Metadata = new Dictionary<string, string> { ["note"] = note, ["more"] = more } });
        await Add("Shipment 4711 delayed; customer called");
        await Add("shipment 4712", "DELAYED by weather");
        await Add("nothing to see");
        await Add("Größe überschritten: straße 😀", new string('z', 300));
        await fixture.Ledger.AppendAsync(Samples.Entry("umbrella") with { Metadata = new Dictionary<string, string> { ["note"] = "shipment delayed" } });

        await Finds("shipment", 2, 1);
        await Finds("delayed SHIPMENT", 2, 1);
        await Finds("delayed 4711", 1);
        await Finds("delay");
        await Finds("größe", 4);
        await Finds("😀", 4);
        await Finds(new string('z', 300), 4);
        await Finds("\" OR \"a' * --");
        await Finds("...", 4, 3, 2, 1);
        (await fixture.Ledger.QueryAsync("acme", new() { Text = "shipment", Type = "execution.start", ActorId = "alice", OldestFirst = true })).Events.Select(e => e.Sequence).ShouldBe([1, 2]);

        async Task Finds(string text, params long[] expected) =>
            (await fixture.Ledger.QueryAsync("acme", new() { Text = text })).Events.Select(e => e.Sequence).ShouldBe(expected, text);
    }

    [Fact]
    [Scenario("audit", 3)]
    public async Task Query_PagesOfAFilterOverManyEvents_AreStableAndWhole()
    {
        await using var fixture = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(1, 5_000).Select(i => fixture.Ledger.AppendAsync(Samples.Entry(type: $"type-{i % 7}", actor: $"actor-{i % 11}"))));
        foreach (var oldest in (bool[])[true, false])
        {
            var seen = new List<long>();
            string? cursor = null;
            do
            {
                var page = await fixture.Ledger.QueryAsync("acme", new() { Type = "type-3", ActorId = "actor-5", Limit = 7, OldestFirst = oldest, Cursor = cursor });
                page.Events.ShouldAllBe(e => e.Entry.Type == "type-3" && e.Entry.Actor.Id == "actor-5");
                seen.AddRange(page.Events.Select(e => e.Sequence));
                cursor = page.NextCursor;
            }
            while (cursor is not null);

            seen.ShouldBeInOrder(oldest ? SortDirection.Ascending : SortDirection.Descending);
            seen.Distinct().Count().ShouldBe(Enumerable.Range(1, 5_000).Count(i => i % 7 == 3 && i % 11 == 5));
        }
    }
}
