namespace Mandate.Interop.Tests.Harness;

/// <summary>A worker of the TypeScript SDK.</summary>
public sealed class TypeScriptWorker : IAsyncDisposable
{
    private readonly TypeScriptDriver _driver;
    private readonly int _id;
    private bool _stopped;

    private TypeScriptWorker(TypeScriptDriver driver, int id)
    {
        _driver = driver;
        _id = id;
    }

    /// <summary>Starts a worker with all workflows and activities of the <c>typescript</c> folder.</summary>
    /// <param name="driver">The Node process.</param>
    /// <param name="address">Where the service is.</param>
    /// <param name="options">The SDK's <c>WorkerOptions</c>.</param>
    /// <param name="seal">Whether it encodes payloads and failures, as <c>typescript/codec.js</c> does.</param>
    /// <param name="apiKey">What it shows to be let in; null for nothing.</param>
    public static async Task<TypeScriptWorker> StartAsync(TypeScriptDriver driver, string address, IReadOnlyDictionary<string, object> options, bool seal = false, string? apiKey = null) =>
        new(driver, await driver.CallAsync<int>("startWorker", new { address, options, seal, apiKey }));

    /// <summary>Shuts the worker down gracefully.</summary>
    /// <exception cref="SdkException">It had failed.</exception>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        if (await _driver.CallAsync<SdkError?>("stopWorker", new { id = _id }) is { } error)
            throw new SdkException("worker.run", error);
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
