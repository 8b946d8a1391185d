using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>For whom an execution runs.</summary>
internal sealed record ExecutionPrincipal(
    [property: Description("The user who started it.")] string UserId,
    [property: Description("The tenant it belongs to.")] string TenantId);
