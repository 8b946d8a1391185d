using Mandate.Engine.Frontend;
using Mandate.Engine.Storage;
using Mandate.Protocol;
using Microsoft.Extensions.Logging;

namespace Mandate.Engine;

/// <summary>
/// A durable workflow engine in the process: it answers Temporal's RPCs from a store in one directory. What it acknowledged survives the death of the process and of the
/// machine's power.
/// </summary>
public sealed partial class EmbeddedEngine : IAsyncDisposable
{
    private readonly EngineCore _core;
    private readonly Dispatcher _dispatcher;
    private int _disposed;

    private EmbeddedEngine(EngineCore core)
    {
        _core = core;
        _dispatcher = new(core);
        Handler = _dispatcher.HandleAsync;
    }

    /// <summary>Answers the RPCs. Errors leave as <see cref="RpcException"/>.</summary>
    public RpcHandler Handler { get; }

    internal EngineCore Core => _core;

    /// <summary>Opens the store and takes up the work of every open workflow; ends when the engine answers.</summary>
    /// <exception cref="EngineStoreLockedException">Another engine owns the directory.</exception>
    /// <exception cref="EngineStoreException">The store cannot be opened or is damaged; the message says what to do.</exception>
    public static async Task<EmbeddedEngine> StartAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var directory = Path.GetFullPath(options.DataDirectory);
        var log = options.LoggerFactory.CreateLogger("Mandate.Engine.Storage");
        var store = Store.Open(directory, options.Limits, log);
        EngineCore? core = null;
        try
        {
            core = new EngineCore(options, store);
            await core.Namespaces.LoadAsync().ConfigureAwait(false);
            var runs = await Recovery.RunAsync(core, cancellationToken).ConfigureAwait(false);
            core.Retention.Arm();
            core.Matcher.SweepRegularly();
            EngineStarted(core.Log, directory, runs);
            return new(core);
        }
        catch
        {
            core?.Visibility.Dispose();
            core?.Timers.Dispose();
            core?.Waits.Dispose();
            store.Dispose();
            throw;
        }
    }

    /// <summary>Ends waiting polls, writes what was decided, and closes the store. Open workflows go on when the store is opened again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _dispatcher.Close();
        _core.Chains.Stop();
        _core.Timers.Dispose();
        _core.Waits.Dispose();
        _core.Matcher.Close();
        _core.Namespaces.Dispose();
        await Task.Run(_core.Visibility.Dispose).ConfigureAwait(false);
        await Task.Run(_core.Store.Dispose).ConfigureAwait(false);
        _dispatcher.Stop();
        EngineStopped(_core.Log);
    }
}
