using Mandate.Engine;
using Mandate.Protocol;

namespace Mandate.Temporal.Testing;

/// <summary>The engine of one environment, with its store.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly EmbeddedEngine _engine;
    private readonly bool _isTemporary;
    private int _disposed;

    private TestEngine(EmbeddedEngine engine, string directory, bool isTemporary)
    {
        _engine = engine;
        Directory = directory;
        _isTemporary = isTemporary;
    }

    public string Directory { get; }

    public RpcHandler Handler => _engine.Handler;

    /// <param name="options">The environment's options.</param>
    /// <param name="clock">The engine's clock.</param>
    /// <param name="directory">Where the store is kept; null for a temporary one.</param>
    public static async Task<TestEngine> StartAsync(WorkflowEnvironmentOptions options, TimeProvider clock, string? directory)
    {
        var isTemporary = directory is null;
        directory ??= System.IO.Directory.CreateTempSubdirectory("mandate-test-").FullName;
        try
        {
            var engine = await EmbeddedEngine.StartAsync(new()
            {
                DataDirectory = directory,
                Namespaces = [options.Namespace],
                TimeProvider = clock,
                LoggerFactory = options.LoggerFactory,
                Retention = TimeSpan.Zero,
                SearchAttributes = options.SearchAttributes.ToDictionary(k => k.Name, k => k.ValueType, StringComparer.Ordinal),
            }).ConfigureAwait(false);
            return new(engine, directory, isTemporary);
        }
        catch
        {
            if (isTemporary)
                System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _engine.DisposeAsync().ConfigureAwait(false);
        if (_isTemporary)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
