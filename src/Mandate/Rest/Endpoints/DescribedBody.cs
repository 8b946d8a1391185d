namespace Mandate.Rest.Endpoints;

/// <summary>
/// Endpoint metadata: the JSON body, for the OpenAPI document alone. The framework's own metadata would let routing refuse other content types before
/// anybody has looked at the caller, and without a record.
/// </summary>
internal sealed record DescribedBody(Type Type, bool IsRequired);
