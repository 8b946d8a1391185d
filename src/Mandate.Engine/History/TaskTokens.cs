using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Mandate.Engine.Frontend;
using Mandate.Engine.Storage.Records;

namespace Mandate.Engine.History;

/// <summary>Task tokens: opaque to workers, checked against the run when they come back.</summary>
internal static class TaskTokens
{
    public static ByteString ForWorkflowTask(Run run, WorkflowTaskState task) => new TaskToken
    {
        Namespace = run.Namespace.Name,
        WorkflowId = run.WorkflowId,
        RunId = run.RunId,
        ScheduledEventId = task.ScheduledId,
        StartedEventId = task.StartedId,
        Attempt = task.Attempt,
    }.ToByteString();

    public static ByteString ForActivity(Run run, ActivityState activity) => new TaskToken
    {
        Namespace = run.Namespace.Name,
        WorkflowId = run.WorkflowId,
        RunId = run.RunId,
        ScheduledEventId = activity.ScheduledId,
        Attempt = activity.Attempt,
        ActivityId = activity.ActivityId,
    }.ToByteString();

    public static ByteString ForQuery(Run run, PendingQuery query) => new TaskToken
    {
        Namespace = run.Namespace.Name,
        WorkflowId = run.WorkflowId,
        RunId = run.RunId,
        QueryId = query.Id,
    }.ToByteString();

    /// <summary>Whether a token is that of the started task.</summary>
    public static bool Fits(TaskToken token, WorkflowTaskState task) =>
        task.IsStarted && token.ScheduledEventId == task.ScheduledId && token.StartedEventId == task.StartedId && token.Attempt == task.Attempt;

    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT: these bytes are no token of this engine.</exception>
    public static TaskToken Parse(ByteString bytes)
    {
        if (TryParse(bytes, out var token) && token.WorkflowId.Length > 0 && token.RunId.Length > 0 && token.Namespace.Length > 0)
            return token;
        throw Errors.InvalidArgument("The task token is not one this engine gave out.");
    }

    private static bool TryParse(ByteString bytes, [NotNullWhen(true)] out TaskToken? token)
    {
        token = null;
        if (bytes.IsEmpty)
            return false;
        try
        {
            token = TaskToken.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
