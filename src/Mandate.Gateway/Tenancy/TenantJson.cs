using System.Text.Json.Serialization;

namespace Mandate.Gateway.Tenancy;

/// <summary>Writes and reads a tenant's name as a search attribute's value.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TenantJson : JsonSerializerContext;
