using System.Text;

namespace Mandate.Temporal.Worker.Instance;

/// <content>What tools ask.</content>
internal sealed partial class WorkflowInstance
{
    /// <summary>What the workflow waits for.</summary>
    internal string DescribeWaits()
    {
        var text = new StringBuilder();
        Append(_activities.Keys, "activity");
        Append(_localActivities.Keys, "local activity");
        Append(_timers.Keys, "timer");
        Append(_childStarts.Keys, "start of child workflow");
        Append(_childResults.Keys, "child workflow");
        Append(_externalSignals.Keys, "delivery of external signal");
        Append(_externalCancels.Keys, "delivery of external cancel request");
        if (_conditions.Count > 0)
            text.Append("conditions: ").Append(_conditions.Count).Append('\n');
        foreach (var handler in _unfinished)
            text.Append(handler.What).Append(" handler ").Append(handler.Name).Append('\n');
        return text.Length == 0 ? "The workflow waits for nothing." : $"The workflow waits for\n{text}";

        void Append(IEnumerable<uint> sequences, string what)
        {
            foreach (var sequence in sequences.Order())
                text.Append(what).Append(' ').Append(sequence).Append('\n');
        }
    }

    /// <summary>Definition and details in the form tools read (<c>temporal.api.sdk.v1.WorkflowMetadata</c> as JSON).</summary>
    internal object Metadata() => new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["definition"] = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["type"] = Info.WorkflowType,
            ["signalDefinitions"] = Signals.Values.Select(d => Interaction(d.Name, d.Description)).ToArray(),
            ["queryDefinitions"] = Queries.Values.Select(d => Interaction(d.Name, d.Description)).ToArray(),
            ["updateDefinitions"] = Updates.Values.Select(d => Interaction(d.Name, d.Description)).ToArray(),
        },
        ["currentDetails"] = CurrentDetails,
    };

    private static Dictionary<string, string> Interaction(string? name, string? description) =>
        new(StringComparer.Ordinal) { ["name"] = name ?? "", ["description"] = description ?? "" };
}
