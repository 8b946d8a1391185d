using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Gateway.Stamping;

/// <summary>What a command is about.</summary>
/// <param name="Type">Type of its events.</param>
/// <param name="Action">What is attempted.</param>
/// <param name="Target">Workflow id it is attempted on.</param>
/// <param name="Cause">How the history calls a bad one.</param>
internal sealed record CommandTarget(string Type, string Action, string Target, WorkflowTaskFailedCause Cause)
{
    /// <summary>Namespace it names; empty for the run's own.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Workflow type, for rules.</summary>
    public string WorkflowType { get; init; } = "";

    /// <summary>Task queue, for rules.</summary>
    public string TaskQueue { get; init; } = "";

    /// <summary>Name of the signal it sends.</summary>
    public string Signal { get; init; } = "";

    /// <summary>Its headers.</summary>
    public Header? Header { get; init; }

    /// <summary>Search attributes it sets.</summary>
    public SearchAttributes? SearchAttributes { get; init; }

    public CommandRefusal Refuse(string reason, string message) => new(reason, message, Cause, Type, Action, Target);
}
