using System.Collections.Frozen;
using Mandate.Configuration;

namespace Mandate.Executions;

/// <summary>Which workflow types are run, and on which task queues: those of the hosted worker assemblies and those that the settings name.</summary>
/// <remarks>The engine would accept any name and wait for ever for a worker. The edge knows better and says so.</remarks>
internal sealed class WorkflowCatalogue
{
    private readonly FrozenDictionary<string, IReadOnlyList<string>> _queues;

    /// <summary>Combines what hosted workers run with <c>Mandate:Workflows</c>.</summary>
    public WorkflowCatalogue(IEnumerable<(string Type, string TaskQueue)> hosted, IReadOnlyDictionary<string, WorkflowOptions> elsewhere) =>
        _queues = hosted
            .Concat(elsewhere.Select(w => (Type: w.Key, TaskQueue: w.Value.TaskQueue!)))
            .GroupBy(w => w.Type, w => w.TaskQueue, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Distinct(StringComparer.Ordinal)], StringComparer.Ordinal);

    /// <summary>Task queues on which the type is run, the first being its default; empty for an unknown type.</summary>
    public IReadOnlyList<string> QueuesOf(string workflowType) => _queues.GetValueOrDefault(workflowType, []);
}
