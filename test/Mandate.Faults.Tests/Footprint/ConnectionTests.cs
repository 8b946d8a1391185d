using System.Net;
using Google.Protobuf;
using Mandate.Engine;
using Mandate.Engine.Matching;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;

namespace Mandate.Faults.Tests.Footprint;

/// <summary>Connections that end without a word, as those of a killed worker do.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private EmbeddedEngine _engine = null!;
    private GrpcListener _listener = null!;

    public async Task InitializeAsync()
    {
        _engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = _directory.File("data") });
        _listener = await GrpcListener.StartAsync(_engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) });
    }

    public async Task DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _engine.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Poll_OfAConnectionThatIsGone_ReceivesNoTask(bool reset)
    {
        using var dead = new BareClient(_listener.EndPoint);
        var poll = dead.SendAsync(Poll());
        await Eventually.BecomesAsync(() => Queue().WaitingCount == 1);
        dead.Cut(reset);
        await Eventually.BecomesAsync(() => Queue().WaitingCount == 0);

        await StartAsync("order");

        Queue().BacklogCount.ShouldBe(1);
        (await HistoryAsync("order")).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        var task = await _engine.Handler.CallAsync<PollWorkflowTaskQueueResponse>(Poll()).WithinLimit();
        task.Attempt.ShouldBe(1);
        await Should.ThrowAsync<Exception>(poll);
    }

    [Fact]
    public async Task Connections_ThatAreGone_HaveReleasedWhatTheyHeld()
    {
        const int Connections = 100;
        await StartAsync("order");
        var files = OpenFiles();
        var timers = _engine.Core.Timers.Count + _engine.Core.Waits.Count;
        var clients = Enumerable.Range(0, Connections).Select(_ => new BareClient(_listener.EndPoint)).ToArray();
        var calls = clients.SelectMany(client => (Task[])
        [
            client.SendAsync(Poll("elsewhere")), client.SendAsync(Poll("elsewhere")),
            client.SendAsync(new PollActivityTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "elsewhere" } }),
            client.SendAsync(new GetWorkflowExecutionHistoryRequest
            {
                Namespace = "default",
                Execution = new() { WorkflowId = "order" },
                WaitNewEvent = true,
                HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
            }),
        ]).ToArray();
        await Eventually.BecomesAsync(() => _engine.Core.Matcher.PollCount == 3 * Connections);
        await Eventually.BecomesAsync(() => IsWatched("order"));
        if (OperatingSystem.IsLinux())
            OpenFiles().ShouldBeGreaterThan(files + Connections);

        for (var i = 0; i < clients.Length; i++)
            clients[i].Cut(reset: i % 2 == 0);

        await Eventually.BecomesAsync(() => _engine.Core.Matcher.PollCount == 0);
        await Eventually.BecomesAsync(async () => !await IsWatched("order"));
        await Eventually.BecomesAsync(() => _engine.Core.Timers.Count + _engine.Core.Waits.Count <= timers);
        foreach (var client in clients)
            client.Dispose();
        await Should.ThrowAsync<Exception>(Task.WhenAll(calls));
        await Eventually.BecomesAsync(() => OpenFiles() < files + 10);
    }

    private TaskQueue Queue() => _engine.Core.Matcher.Queue(new(_engine.Core.Namespaces.Get("default").Key, "orders", IsActivity: false));

    private Task<bool> IsWatched(string id) =>
        _engine.Core.Chains.ChangeAsync(_engine.Core.Namespaces.Get("default"), id, transaction => transaction.Chain.Find("").Changed.HasWaiters);

    private Task<StartWorkflowExecutionResponse> StartAsync(string id) => _engine.Handler.CallAsync<StartWorkflowExecutionResponse>(
        new StartWorkflowExecutionRequest { Namespace = "default", WorkflowId = id, WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = "orders" } });

    private async Task<IEnumerable<EventType>> HistoryAsync(string id) => (await _engine.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
        new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = id } })).History.Events.Select(e => e.EventType);

    private static PollWorkflowTaskQueueRequest Poll(string queue = "orders") => new() { Namespace = "default", TaskQueue = new() { Name = queue } };

    private static int OpenFiles() => OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
