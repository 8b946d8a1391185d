using Mandate.Identity;

namespace Mandate.Gateway.Calls;

/// <summary>What a request is about, read from it without believing any of it.</summary>
internal sealed record CallFacts
{
    /// <summary>Namespace; empty for calls that touch none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Workflow id of the run it is about; empty when it is about none.</summary>
    public string WorkflowId { get; init; } = "";

    /// <summary>Run id; empty for the latest run.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Workflow type, where the request names one.</summary>
    public string WorkflowType { get; init; } = "";

    /// <summary>Task queue, where the request names one.</summary>
    public string TaskQueue { get; init; } = "";

    /// <summary>Kind of the message it sends, null when it sends none.</summary>
    public WorkflowMessageKind? Message { get; init; }

    /// <summary>Name of the signal, query or update; empty for the others.</summary>
    public string MessageName { get; init; } = "";

    /// <summary>What the client calls itself.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The thing it is done to, for the ledger, when that is no run.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Whether the call goes on with what an earlier one, which was recorded, began: a later page, a poll for the end.</summary>
    public bool Continues { get; init; }

    /// <summary>Id for the ledger: the run's workflow id or, without one, the subject.</summary>
    public string ResourceId => WorkflowId.Length > 0 ? WorkflowId : Subject;
}
