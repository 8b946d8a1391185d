using System.ComponentModel;
using Mandate.Credentials.Vault;
using Mandate.Stateful;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>POST /v1/executions/{id}/api-token</c>: what is set holds for every next call.</summary>
internal sealed record ApiTokenSet(
    [property: Description("Id of the execution.")] string WorkflowId,
    [property: Description("The token's reference. Left out while a source has not answered yet.")] CredentialReference? Token,
    [property: Description("`delivered` when the workflows have answered, `accepted` when they have not in time: they are told whatever happens, as soon as a worker runs.")] string State,
    [property: Description("How many workflows below have it, level by level.")] IReadOnlyList<ApiTokenLevel> Levels);
