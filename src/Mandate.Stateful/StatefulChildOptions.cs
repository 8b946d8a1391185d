using Mandate.Credentials.Vault;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful;

/// <summary>How a <see cref="StatefulWorkflow"/> starts a child.</summary>
public sealed record StatefulChildOptions
{
    /// <summary>The usual options of a child. Its <c>ParentClosePolicy</c> is not used: <see cref="WhenParentEnds"/> says what holds.</summary>
    public ChildWorkflowOptions Workflow { get; init; } = new();

    /// <summary>What the child gets of the parent's token; <see cref="ApiTokenPolicy.Inherit"/> unless set.</summary>
    public ApiTokenPolicy ApiToken { get; init; }

    /// <summary>With <see cref="ApiTokenPolicy.Override"/>: the child's own token, from the vault. Null where it is set later or comes from <see cref="OwnTokenSource"/>.</summary>
    public CredentialReference? OwnToken { get; init; }

    /// <summary>With <see cref="ApiTokenPolicy.Override"/>: the configured token source that the child's own token comes from.</summary>
    public string? OwnTokenSource { get; init; }

    /// <summary>With <see cref="ApiTokenPolicy.Downscope"/>: hosts to keep; null for all.</summary>
    public AllowedHosts? Hosts { get; init; }

    /// <summary>With <see cref="ApiTokenPolicy.Downscope"/>: scopes to keep; empty for all.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The API the child calls; the parent's when null.</summary>
    public Uri? ApiUrl { get; init; }

    /// <summary>What becomes of it when the parent ends; <see cref="ParentEnd.Cancel"/> unless set.</summary>
    public ParentEnd WhenParentEnds { get; init; }
}
