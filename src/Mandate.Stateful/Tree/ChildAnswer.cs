using Mandate.Identity;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>Reads what children say to their parent, which is no business of users' code and therefore no public type. Anybody may send such a signal, with anything in it.</summary>
internal static class ChildAnswer
{
    private const int MostLevels = 1_000;

    /// <summary>The acknowledgement; null where it is none, or the child has not sent it itself.</summary>
    public static Acknowledgement? Acknowledgement(RawPayload payload) =>
        Read<Acknowledgement>(payload) is { Levels.Count: <= MostLevels, Child: not null } answer && answer.Levels.All(l => l is { Delivered: >= 0, Excluded: >= 0, Gone: >= 0, Failed: >= 0 }) && IsFrom(answer.Child)
            ? answer
            : null;

    /// <summary>The news; null where they are none, or the child has not sent them itself.</summary>
    public static ChildNews? News(RawPayload payload) =>
        Read<ChildNews>(payload) is { Child: not null, FirstRun.Length: > 0, Run.Length: > 0 } news && IsFrom(news.Child)
            ? news with { Run = MessageSender.Current.Workflow?.RunId ?? news.Run }
            : null;

    /// <summary>Only the child itself can answer for itself.</summary>
    private static bool IsFrom(string child) =>
        MessageSender.TryGetCurrent(out var sender) && sender.IsOfSameTree && (sender.Workflow?.WorkflowId ?? child) == child;

    private static T? Read<T>(RawPayload? payload)
        where T : class
    {
        try
        {
            return payload is null ? null : Workflow.PayloadConverter.ToValue<T>(payload.Payload);
        }
        catch (PayloadConversionException)
        {
            return null;
        }
    }
}
