namespace Mandate.Interop.Tests.Harness;

/// <summary>A client of either language. Failures arrive as <see cref="SdkException"/>.</summary>
public interface IClientSide : IAsyncDisposable
{
    Task<Run> StartAsync(string type, string workflowId, string taskQueue, object?[] input);

    /// <summary>Waits for the result, following continued runs.</summary>
    Task<T> ResultAsync<T>(string workflowId);

    Task SignalAsync(string workflowId, string name, params object?[] input);

    Task<T> QueryAsync<T>(string workflowId, string name, params object?[] input);

    Task<RunDescription> DescribeAsync(string workflowId);

    Task CancelAsync(string workflowId);

    Task TerminateAsync(string workflowId, string reason);

    /// <summary>The history as this SDK fetches it.</summary>
    Task<Protocol.Api.History.V1.History> HistoryAsync(string workflowId, string runId);
}
