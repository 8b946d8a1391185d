using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Instance;

/// <content>Signals, queries and updates.</content>
internal sealed partial class WorkflowInstance
{
    private readonly AsyncLocal<WorkflowUpdateInfo?> _currentUpdate = new();
    private readonly LinkedList<UnfinishedHandler> _unfinished = new();
    private readonly List<WorkflowJob.Signal> _bufferedSignals = [];

    internal bool AllHandlersFinished => _unfinished.Count == 0;

    internal WorkflowUpdateInfo? CurrentUpdateInfo => _currentUpdate.Value;

    internal IDictionary<string, WorkflowSignalDefinition> Signals => field ??= new Dictionary<string, WorkflowSignalDefinition>(Definition.Signals);

    internal IDictionary<string, WorkflowQueryDefinition> Queries => field ??= new Dictionary<string, WorkflowQueryDefinition>(Definition.Queries);

    internal IDictionary<string, WorkflowUpdateDefinition> Updates => field ??= new Dictionary<string, WorkflowUpdateDefinition>(Definition.Updates);

    internal WorkflowSignalDefinition? DynamicSignal { get; set => field = Checked(value, value?.Dynamic); }

    internal WorkflowQueryDefinition? DynamicQuery { get; set => field = Checked(value, value?.Dynamic); }

    internal WorkflowUpdateDefinition? DynamicUpdate { get; set => field = Checked(value, value?.Dynamic); }

    /// <summary>Answers a query from the workflow's present state.</summary>
    internal WorkflowQueryResult Query(string id, WorkflowQuery query)
    {
        var result = new WorkflowQueryResult();
        OnThisThread(() =>
        {
            new Task(() => AnswerQuery(id, query, result)).Start(this);
            while (TryDequeue(out var task))
                TryExecuteTask(task);
        });
        return result;
    }

    private void AnswerQuery(string id, WorkflowQuery query, WorkflowQueryResult result)
    {
        _readOnlyBecause = "query";
        try
        {
            object? answer;
            if (BuiltInQueries.TryAnswer(this, query.QueryType, out var builtIn))
            {
                answer = builtIn;
            }
            else
            {
                var definition = Queries.TryGetValue(query.QueryType, out var named) ? named : DynamicQuery ?? Definition.DynamicQuery;
                if (definition is null)
                    throw new InvalidOperationException($"Workflow {Info.WorkflowType} has no query '{query.QueryType}'. It has: {List(Queries.Keys)}.");
                var payloads = query.QueryArgs?.Payloads_;
                var arguments = definition.Dynamic ? [query.QueryType, Arguments.Raw(payloads)] : Arguments.Decode(definition.Call, payloads, PayloadConverter, $"Query {query.QueryType}");
                answer = _inbound.HandleQuery(new(id, query.QueryType, definition, arguments, query.Header?.Fields));
            }

            result.Answer = new Payloads { Payloads_ = { PayloadConverter.ToPayload(answer) } };
            result.ResultType = QueryResultType.Answered;
        }
        catch (Exception e)
        {
            result.ResultType = QueryResultType.Failed;
            result.ErrorMessage = e.Message;
            result.Failure = ToFailure(e);
        }
        finally
        {
            _readOnlyBecause = null;
        }
    }

    private async Task HandleSignalAsync(WorkflowJob.Signal signal)
    {
        var name = signal.Attributes.SignalName;
        if (FindSignal(name) is not { } definition)
        {
            // A handler may be set later; until then the signal waits.
            _bufferedSignals.Add(signal);
            return;
        }

        var payloads = signal.Attributes.Input?.Payloads_;
        object?[] arguments;
        try
        {
            arguments = definition.Dynamic ? [name, Arguments.Raw(payloads)] : Arguments.Decode(definition.Call, payloads, PayloadConverter, $"Signal {name}");
        }
        catch (PayloadConversionException e)
        {
            // Anybody may send a signal with wrong arguments; that must not block the workflow.
            Log.SignalDropped(Logger, name, e);
            return;
        }

        var unfinished = _unfinished.AddLast(new UnfinishedHandler("signal", name, definition.UnfinishedPolicy));
        try
        {
            await _inbound.HandleSignalAsync(new(name, definition, arguments, signal.Attributes.Header?.Fields)).ConfigureAwait(true);
        }
        catch (Exception e) when (EndOf(e) is { } end)
        {
            Machine.Finish(end);
        }
        finally
        {
            _unfinished.Remove(unfinished);
        }
    }

    private bool DeliverBufferedSignals()
    {
        if (_bufferedSignals.Count == 0)
            return false;
        var delivered = false;
        for (var i = 0; i < _bufferedSignals.Count;)
        {
            var signal = _bufferedSignals[i];
            if (FindSignal(signal.Attributes.SignalName) is null)
            {
                i++;
                continue;
            }

            _bufferedSignals.RemoveAt(i);
            Enqueue(() => HandleSignalAsync(signal));
            delivered = true;
        }

        return delivered;
    }

    private WorkflowSignalDefinition? FindSignal(string name) => Signals.TryGetValue(name, out var named) ? named : DynamicSignal ?? Definition.DynamicSignal;

    private async Task HandleUpdateAsync(WorkflowJob.Update update)
    {
        var request = update.Request;
        var name = request.Input.Name;
        _currentUpdate.Value = new(request.Meta.UpdateId, name);
        HandleUpdateInput input;
        try
        {
            var definition = Updates.TryGetValue(name, out var named) ? named : DynamicUpdate ?? Definition.DynamicUpdate;
            if (definition is null)
                throw new InvalidOperationException($"Workflow {Info.WorkflowType} has no update '{name}'. It has: {List(Updates.Keys)}.");
            var payloads = request.Input.Args?.Payloads_;
            var arguments = definition.Dynamic ? [name, Arguments.Raw(payloads)] : Arguments.Decode(definition.Call, payloads, PayloadConverter, $"Update {name}");
            input = new(request.Meta.UpdateId, name, definition, arguments, request.Input.Header?.Fields);
            if (update.RunValidator)
                Validate(input);
        }
        catch (InvalidWorkflowOperationException)
        {
            throw;
        }
        catch (Exception e)
        {
            Machine.RejectUpdate(update.ProtocolInstanceId, ToFailure(e));
            return;
        }

        Machine.AcceptUpdate(update.ProtocolInstanceId);
        var unfinished = _unfinished.AddLast(new UnfinishedHandler("update", name, input.Definition.UnfinishedPolicy));
        try
        {
            var result = await _inbound.HandleUpdateAsync(input).ConfigureAwait(true);
            Machine.CompleteUpdate(update.ProtocolInstanceId, new Outcome { Success = new Payloads { Payloads_ = { PayloadConverter.ToPayload(result) } } });
        }
        catch (Exception e) when (FailsWorkflow(e))
        {
            Machine.CompleteUpdate(update.ProtocolInstanceId, new Outcome { Failure = ToFailure(e) });
        }
        finally
        {
            _unfinished.Remove(unfinished);
        }
    }

    private void Validate(HandleUpdateInput input)
    {
        _readOnlyBecause = "validator";
        try
        {
            _inbound.ValidateUpdate(input);
        }
        finally
        {
            _readOnlyBecause = null;
        }
    }

    private void WarnAboutUnfinishedHandlers()
    {
        foreach (var handler in _unfinished)
        {
            if (handler.Policy == HandlerUnfinishedPolicy.WarnAndAbandon)
                Log.HandlerUnfinished(Logger, handler.What, handler.Name);
        }
    }

    private static TDefinition? Checked<TDefinition>(TDefinition? definition, bool? dynamic)
        where TDefinition : class => dynamic == false ? throw new ArgumentException("The handler must be dynamic, that is, without a name.", nameof(definition)) : definition;

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private sealed record UnfinishedHandler(string What, string Name, HandlerUnfinishedPolicy Policy);

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Signal {Signal} was dropped: its arguments do not fit the handler")]
        internal static partial void SignalDropped(ILogger logger, string signal, Exception e);

        [LoggerMessage(2102, LogLevel.Warning,
            "The workflow ended while its {What} handler {Handler} was still running. Wait for Workflow.AllHandlersFinished before it returns, or set the handler's UnfinishedPolicy to Abandon")]
        internal static partial void HandlerUnfinished(ILogger logger, string what, string handler);
    }
}
