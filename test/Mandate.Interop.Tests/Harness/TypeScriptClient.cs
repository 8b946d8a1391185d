using System.Text.Json;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Interop.Tests.Harness;

/// <summary>The TypeScript SDK's client on one service.</summary>
public sealed class TypeScriptClient : IClientSide
{
    private readonly TypeScriptDriver _driver;
    private readonly string _address;

    private readonly bool _seal;
    private readonly string? _apiKey;

    private TypeScriptClient(TypeScriptDriver driver, string address, bool seal, string? apiKey)
    {
        _seal = seal;
        _apiKey = apiKey;
        _driver = driver;
        _address = address;
    }

    /// <summary>A client that connects with its first call.</summary>
    /// <param name="driver">The Node process.</param>
    /// <param name="address">Where the service is.</param>
    /// <param name="seal">Whether it encodes payloads and failures, as <c>typescript/codec.js</c> does.</param>
    /// <param name="apiKey">What it shows to be let in; null for nothing.</param>
    public static TypeScriptClient On(TypeScriptDriver driver, string address, bool seal = false, string? apiKey = null) => new(driver, address, seal, apiKey);

    public Task<Run> StartAsync(string type, string workflowId, string taskQueue, object?[] input) => StartAsync(type, workflowId, taskQueue, input, options: null);

    /// <summary>Starts a workflow; <paramref name="options"/> are the SDK's <c>WorkflowStartOptions</c> beside id and task queue.</summary>
    public Task<Run> StartAsync(string type, string workflowId, string taskQueue, object?[] input, object? options) =>
        _driver.CallAsync<Run>("start", new { address = _address, seal = _seal, apiKey = _apiKey, type, workflowId, taskQueue, input, options });

    public Task<Run> SignalWithStartAsync(string type, string workflowId, string taskQueue, object?[] input, string signal, object?[] signalInput, object? options = null) =>
        _driver.CallAsync<Run>("signalWithStart", new { address = _address, seal = _seal, apiKey = _apiKey, type, workflowId, taskQueue, input, signal, signalInput, options });

    public Task<T> ResultAsync<T>(string workflowId) => _driver.CallAsync<T>("result", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId });

    public Task SignalAsync(string workflowId, string name, params object?[] input) => _driver.CallAsync("signal", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, name, input });

    public Task<T> QueryAsync<T>(string workflowId, string name, params object?[] input) => _driver.CallAsync<T>("query", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, name, input });

    public Task<RunDescription> DescribeAsync(string workflowId) => DescribeAsync(workflowId, runId: null);

    public Task<RunDescription> DescribeAsync(string workflowId, string? runId) =>
        _driver.CallAsync<RunDescription>("describe", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, runId });

    public async Task<History> HistoryAsync(string workflowId, string runId) =>
        History.Parser.ParseFrom(Convert.FromBase64String(await _driver.CallAsync<string>("history", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, runId })));

    public Task CancelAsync(string workflowId) => _driver.CallAsync("cancel", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId });

    public Task TerminateAsync(string workflowId, string reason) => _driver.CallAsync("terminate", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, reason });

    public Task<T> ExecuteUpdateAsync<T>(string workflowId, string name, object?[] input, string? updateId = null) =>
        _driver.CallAsync<T>("executeUpdate", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, name, input, updateId });

    public Task<JsonElement> StartUpdateAsync(string workflowId, string name, object?[] input, string updateId) =>
        _driver.CallAsync("startUpdate", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, name, input, updateId });

    public Task<T> UpdateResultAsync<T>(string workflowId, string updateId) => _driver.CallAsync<T>("updateResult", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, updateId });

    public Task<JsonElement> ListAsync(string query, int pageSize = 100) => _driver.CallAsync("list", new { address = _address, seal = _seal, apiKey = _apiKey, query, pageSize });

    /// <summary>Lists page by page and starts more workflows once the first page is there; answers the ids that were listed.</summary>
    public Task<string[]> ListWhileStartingAsync(string query, int pageSize, IEnumerable<string> starts, string type, string taskQueue, object?[] input) =>
        _driver.CallAsync<string[]>("listWhileStarting", new { address = _address, seal = _seal, apiKey = _apiKey, query, pageSize, starts, type, taskQueue, input });

    public Task<JsonElement> CountAsync(string query) => _driver.CallAsync("count", new { address = _address, seal = _seal, apiKey = _apiKey, query });

    /// <summary>Completes an activity from outside its worker.</summary>
    public Task CompleteActivityAsync(string workflowId, string activityId, object? value) =>
        _driver.CallAsync("completeActivity", new { address = _address, seal = _seal, apiKey = _apiKey, workflowId, activityId, value });

    /// <summary>Fails an activity from outside its worker.</summary>
    public Task FailActivityAsync(string workflowId, string activityId, string message) =>
        _driver.CallAsync("failActivity", new { address = _address, seal = _seal, workflowId, activityId, message });

    /// <summary>Heartbeats for an activity from outside its worker. The failure <c>ActivityCancelledError</c> says that it is to stop.</summary>
    public Task HeartbeatActivityAsync(string workflowId, string activityId, object? details) =>
        _driver.CallAsync("heartbeatActivity", new { address = _address, seal = _seal, workflowId, activityId, details });

    /// <summary>Reports from outside its worker that an activity has stopped as it was asked to.</summary>
    public Task ReportActivityCancelledAsync(string workflowId, string activityId) =>
        _driver.CallAsync("reportActivityCancelled", new { address = _address, seal = _seal, workflowId, activityId });

    /// <summary>Updates a workflow, which is started when it does not run.</summary>
    public Task<T> UpdateWithStartAsync<T>(string type, string workflowId, string taskQueue, string conflictPolicy, string name, object?[] input) =>
        _driver.CallAsync<T>("updateWithStart", new { address = _address, seal = _seal, type, workflowId, taskQueue, conflictPolicy, name, input });

    /// <summary>One call of the workflow service as it is on the wire, by the method's name in camel case.</summary>
    public Task<JsonElement> RpcAsync(string method, object request) => _driver.CallAsync("rpc", new { address = _address, method, request });

    /// <summary>This client in another namespace.</summary>
    public async Task<T> ExecuteInNamespaceAsync<T>(string ns, string type, string workflowId, string taskQueue, params object?[] input)
    {
        await _driver.CallAsync("start", new { address = _address, seal = _seal, @namespace = ns, type, workflowId, taskQueue, input });
        return await _driver.CallAsync<T>("result", new { address = _address, seal = _seal, @namespace = ns, workflowId });
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync() => await _driver.CallAsync("disconnect", new { address = _address });
}
