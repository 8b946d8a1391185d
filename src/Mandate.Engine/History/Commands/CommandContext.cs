using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>What a command handler sees of the run and the completion it belongs to. Handlers look and answer with events; they change nothing.</summary>
internal sealed class CommandContext(RunTransaction run, long completedId)
{
    /// <summary>Id of the WorkflowTaskCompleted event, which every command event names.</summary>
    public long CompletedId { get; } = completedId;

    public RunState State => run.State;

    public EngineLimits Limits => run.Core.Limits;

    public NamespaceEntry Namespace => run.Run.Namespace;

    public NamespaceDirectory Namespaces => run.Core.Namespaces;

    /// <summary>The namespace a command names, its own when it names none; null when there is no such namespace.</summary>
    public NamespaceEntry? Target(string name) => name.Length == 0 ? Namespace : Namespaces.Find(name);

    /// <summary>A refusal of the whole workflow task.</summary>
    public static BadCommandException Bad(WorkflowTaskFailedCause cause, string message) => new(cause, message);
}
