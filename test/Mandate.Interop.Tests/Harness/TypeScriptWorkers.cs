namespace Mandate.Interop.Tests.Harness;

/// <summary>Workers of the TypeScript SDK.</summary>
public sealed class TypeScriptWorkers(TypeScriptDriver driver, bool seal = false) : IWorkerSide
{
    public const string TaskQueue = "typescript";

    public string Queue => TaskQueue;

    public async Task<IAsyncDisposable> StartAsync(string address, bool cached = true, string ns = "default")
    {
        var options = new Dictionary<string, object> { ["taskQueue"] = TaskQueue, ["namespace"] = ns };
        if (!cached)
            options["maxCachedWorkflows"] = 0;
        return await TypeScriptWorker.StartAsync(driver, address, options, seal);
    }

    public Task<int> ArrivalsAsync(string gate) => driver.CallAsync<int>("gateArrivals", new { name = gate });

    public Task OpenAsync(string gate) => driver.CallAsync("openGate", new { name = gate });
}
