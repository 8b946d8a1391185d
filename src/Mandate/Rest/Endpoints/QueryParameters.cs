namespace Mandate.Rest.Endpoints;

/// <summary>Endpoint metadata: query parameters the endpoint reads itself, for the OpenAPI document.</summary>
internal sealed record QueryParameters(IReadOnlyList<string> Names);
