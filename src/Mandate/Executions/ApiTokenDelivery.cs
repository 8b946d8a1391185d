using System.Text.Json;
using Google.Protobuf;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Rest.Problems;
using Mandate.Stateful;

namespace Mandate.Executions;

/// <summary>
/// Tells a workflow of its API token, so that it hears of it whatever happens afterwards. By an update, which says how many have it; but that is lost with the engine until a worker has
/// accepted it, and waits there as long. So where none does in time, the workflow is told by a signal as well, which is in its history at once. Who hears of the same twice takes it over once,
/// and hands it on once more: twice at most.
/// </summary>
internal sealed class ApiTokenDelivery(CallerConnection callers, WorkflowConnection connection)
{
    /// <summary>How long the workflows are waited for. Who has not answered by then gets the token at its next call all the same.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(8);

    /// <summary>How long it may take to ask how far the update has come.</summary>
    private static readonly TimeSpan WaitForStage = TimeSpan.FromSeconds(2);

    /// <returns>The workflow's report; null when it will answer later: it has been told durably.</returns>
    /// <exception cref="ProblemException">It does not take it, or it cannot be told durably which source to ask.</exception>
    /// <exception cref="RpcException">It cannot be told.</exception>
    public async Task<ApiTokenReport?> TellAsync(Caller caller, string workflowId, ApiTokenRotation rotation)
    {
        var traced = rotation with { TraceParent = TraceParent };
        var execution = new WorkflowExecution { WorkflowId = workflowId };
        var update = new UpdateRef { WorkflowExecution = execution, UpdateId = Guid.CreateVersion7().ToString() };
        UpdateWorkflowExecutionResponse? answer;
        try
        {
            answer = await AskAsync<UpdateWorkflowExecutionResponse>(
                caller,
                new UpdateWorkflowExecutionRequest
                {
                    Namespace = connection.Namespace,
                    WorkflowExecution = execution,
                    WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
                    Request = new()
                    {
                        Meta = new() { UpdateId = update.UpdateId, Identity = RunIdentity.ServiceName },
                        Input = new() { Name = StatefulNames.RotateApiToken, Args = Arguments(traced) },
                    },
                },
                Wait);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.ResourceExhausted && rotation.Source is null)
        {
            // As many wait for a worker as may. A signal is not kept waiting; where there is no room for that either, it is refused in turn.
            await SignalAsync(caller, execution, traced);
            return null;
        }

        if (answer?.Outcome is { } outcome)
            return ReportIn(outcome);
        var (stage, late) = answer is null ? await FindAsync(caller, update) : (answer.Stage, null);
        if (late is not null)
            return ReportIn(late);
        if (stage < UpdateWorkflowExecutionLifecycleStage.Accepted)
            await SignalAsync(caller, execution, traced);
        return null;
    }

    private static ApiTokenReport? ReportIn(Outcome outcome) => outcome.Failure is { } failure
        ? throw ApiTokenRefusal.Of(failure)
        : outcome.Success is { Payloads_: [var payload] } ? JsonSerializer.Deserialize<ApiTokenReport>(payload.Data.Span) : null;

    private async Task SignalAsync(Caller caller, WorkflowExecution execution, ApiTokenRotation rotation)
    {
        if (rotation.Source is not null)
        {
            throw new ProblemException(
                ProblemKind.ApiTokenUnavailable, "No worker has answered for the workflow in time, so it is not certain that it hears of the source. It may still be asked once a worker runs, unless the token is set or revoked until then. Send this again once a worker runs.", "api-token-unanswered");
        }

        await callers.CallAsync<SignalWorkflowExecutionResponse>(
            caller,
            new SignalWorkflowExecutionRequest
            {
                Namespace = connection.Namespace,
                WorkflowExecution = execution,
                SignalName = StatefulNames.ApiToken,
                Input = Arguments(ApiTokenMessage.Of(rotation.Reference) with { TraceParent = rotation.TraceParent }),
                Identity = RunIdentity.ServiceName,
                RequestId = Guid.CreateVersion7().ToString(),
            },
            CancellationToken.None);
    }

    /// <summary>How far an update has come that was not answered in time. What is not known is taken for not durable.</summary>
    private async Task<(UpdateWorkflowExecutionLifecycleStage Stage, Outcome? Outcome)> FindAsync(Caller caller, UpdateRef update)
    {
        try
        {
            return await AskAsync<PollWorkflowExecutionUpdateResponse>(
                caller, new PollWorkflowExecutionUpdateRequest { Namespace = connection.Namespace, UpdateRef = update, Identity = RunIdentity.ServiceName }, WaitForStage) is { } answer ? (answer.Stage, answer.Outcome) : default;
        }
        catch (RpcException)
        {
            return default;
        }
    }

    /// <summary>The answer; null where there is none in time.</summary>
    private async Task<TResponse?> AskAsync<TResponse>(Caller caller, IMessage request, TimeSpan within)
        where TResponse : class, IMessage
    {
        using var patience = new CancellationTokenSource(within, TimeProvider.System);
        try
        {
            return await callers.CallAsync<TResponse>(caller, request, patience.Token);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.DeadlineExceeded or RpcStatusCode.Cancelled)
        {
            return null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Payloads? Arguments<T>(T argument) => JsonPayload.Of([JsonSerializer.SerializeToElement(argument)]);

    /// <summary>This request's place in a trace, where one is recorded: an activity that nobody exports would make a parent that nobody finds.</summary>
    private static string? TraceParent => System.Diagnostics.Activity.Current is { Recorded: true } span ? span.Id : null;
}
