using System.Net;
using Mandate.Engine;
using Mandate.Interop.Tests.CSharp;
using Mandate.Protocol;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Grpc;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Harness;

/// <summary>
/// A test against an engine of its own, over gRPC. When it ends, every run it started, with the children and the runs that continued it, is replayed: by the TypeScript
/// SDK where TypeScript has its code, and by ours where C# has.
/// </summary>
[Collection(TypeScriptCollection.Name)]
public abstract class InteropTest(TypeScriptDriver typeScript, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mandate-interop-");
    private readonly List<Run> _started = [];
    private readonly List<(Run Run, History History)> _remembered = [];
    private readonly List<IAsyncDisposable> _workers = [];
    private readonly int _logBefore = typeScript.Log.Count;
    private EmbeddedEngine? _engine;
    private GrpcListener? _listener;
    private TypeScriptClient? _client;

    protected TypeScriptDriver TypeScript => typeScript;

    /// <summary>Whose workers run the workflows.</summary>
    protected abstract IWorkerSide Workers { get; }

    protected EmbeddedEngine Engine => _engine!;

    /// <summary>What went over the wire.</summary>
    protected RpcRecorder Recorder { get; } = new();

    /// <summary>The engine's gRPC address.</summary>
    protected string Address => _listener!.Address;

    /// <summary>The TypeScript client on the engine.</summary>
    protected TypeScriptClient Client => _client!;

    /// <summary>Whether clients and workers encode payloads and failures with a codec that both languages have.</summary>
    protected virtual bool Sealed => false;

    /// <summary>Whether what one language ran is replayed by the other too. Not where concurrent handlers of the two take turns in another order, as is their right.</summary>
    protected bool ReplaysAcrossLanguages { get; set; } = true;

    /// <summary>Bounds of the engine.</summary>
    protected virtual EngineLimits Limits { get; } = new();

    /// <summary>The engine's clock.</summary>
    protected virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>How long the engine keeps a caller waiting for news before it tells how things are.</summary>
    protected virtual TimeSpan LongPollTimeout => TimeSpan.FromSeconds(20);

    /// <summary>Converter of the C# side.</summary>
    protected DataConverter Converter => Sealed ? SealedConverter.Instance : DataConverter.Default;

    /// <summary>Id of the test's main workflow.</summary>
    protected string WorkflowId { get; } = $"wf-{Guid.NewGuid():N}";

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        await StartEngineAsync(port: 0);
        _client = TypeScriptClient.On(typeScript, Address, Sealed);
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        try
        {
            foreach (var worker in _workers)
                await worker.DisposeAsync();
            await ReplayAsync();
        }
        finally
        {
            foreach (var line in typeScript.Log.Skip(_logBefore))
                output.WriteLine(line);
            if (_client is not null)
                await _client.DisposeAsync();
            if (_listener is not null)
                await _listener.DisposeAsync();
            if (_engine is not null)
                await _engine.DisposeAsync();
            _data.Delete(recursive: true);
        }
    }

    /// <summary>Stops the engine with its listener and starts it again on the same store and address.</summary>
    protected async Task RestartEngineAsync()
    {
        var port = _listener!.EndPoint.Port;
        await _listener.DisposeAsync();
        await _engine!.DisposeAsync();
        await StartEngineAsync(port);
    }

    /// <summary>Starts a worker; it is stopped at the latest when the test ends.</summary>
    protected async Task<IAsyncDisposable> StartWorkerAsync(bool cached = true) => Keep(await Workers.StartAsync(Address, cached));

    /// <summary>Stops a worker at the latest when the test ends.</summary>
    protected T Keep<T>(T worker)
        where T : IAsyncDisposable
    {
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts the test's main workflow from TypeScript.</summary>
    protected Task<Run> StartAsync(string type, params object?[] input) => StartWithAsync(type, options: null, input);

    /// <summary>Starts the test's main workflow from TypeScript with more of the SDK's <c>WorkflowStartOptions</c>.</summary>
    protected async Task<Run> StartWithAsync(string type, object? options, params object?[] input) =>
        Track(await Client.StartAsync(type, WorkflowId, Workers.Queue, input, options));

    /// <summary>Remembers a run that was started otherwise, so that it is replayed too.</summary>
    protected Run Track(Run run)
    {
        _started.Add(run);
        return run;
    }

    /// <summary>Keeps the history of a run that is to be gone when the test ends, so that it is replayed all the same.</summary>
    protected async Task RememberAsync(Run run) => _remembered.Add((run, await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)));

    /// <summary>Waits until activities have come to a gate so many times.</summary>
    protected Task ArrivalAsync(string gate, int times = 1) => UntilAsync(async () => await Workers.ArrivalsAsync(gate) >= times);

    /// <summary>Lets the activities at a gate go on.</summary>
    protected Task OpenAsync(string gate) => Workers.OpenAsync(gate);

    /// <summary>Waits for a condition.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TypeScriptDriver.Patience, TimeProvider.System);
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    private async Task StartEngineAsync(int port)
    {
        _engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = _data.FullName, Limits = Limits, TimeProvider = Clock, LongPollTimeout = LongPollTimeout }, CancellationToken.None);
        _listener = await GrpcListener.StartAsync(
            _engine.Handler.Through(Recorder.Stage), new GrpcListenerOptions { ListenOn = new(IPAddress.Loopback, port) }, CancellationToken.None);
    }

    private async Task ReplayAsync()
    {
        var family = (await Histories.FamilyAsync(Engine.Handler, _started))
            .Concat(_remembered.Select(r => KeyValuePair.Create((r.Run.WorkflowId, r.Run.RunId), r.History)))
            .Select(f => (f.Key, f.Value, Start: f.Value.Events[0].WorkflowExecutionStartedEventAttributes)).ToList();

        // What TypeScript ran replays in TypeScript and what C# ran in C#; what has the same commands in both languages replays in both.
        var inTypeScript = family.Where(f => IsReplayedBy(TypeScriptWorkers.TaskQueue, f.Start)).ToList();
        var errors = await Histories.ReplayAsync(typeScript, inTypeScript.Select(f => (f.Key.WorkflowId, f.Value)), Sealed);
        foreach (var ((run, history, _), error) in inTypeScript.Zip(errors))
            error.ShouldBeNull($"replay of {run} in TypeScript failed: {error}\n{Outline(history)}");

        foreach (var (run, history, _) in family.Where(f => IsReplayedBy(CSharpWorkers.TaskQueue, f.Start)))
            (await CSharpReplay.ReplayAsync(run.WorkflowId, history, Converter)).ShouldBeNull($"replay of {run} in C# failed\n{Outline(history)}");
    }

    private bool IsReplayedBy(string queueOfLanguage, WorkflowExecutionStartedEventAttributes started) =>
        started.TaskQueue.Name == queueOfLanguage || (ReplaysAcrossLanguages && CSharpReplay.IsTwin(started.WorkflowType.Name));

    private static string Outline(History history) => string.Join('\n', history.Events.Select(e => $"{e.EventId} {e.EventType}"));
}
