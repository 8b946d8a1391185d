using System.Text.Json;
using System.Text.Json.Serialization;
using Mandate.Rest.Model;

namespace Mandate.Rest;

/// <summary>
/// Generated JSON of the REST API. Strict: an unknown or repeated property, a missing required one or a null where none may be is an error, so that a
/// misspelt property is never silently dropped.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 64)]
[JsonSerializable(typeof(StartExecutionRequest))]
[JsonSerializable(typeof(SignalRequest))]
[JsonSerializable(typeof(StartedExecution))]
[JsonSerializable(typeof(SetApiTokenRequest))]
[JsonSerializable(typeof(ApiTokenSet))]
[JsonSerializable(typeof(Execution))]
[JsonSerializable(typeof(AuditEventPage))]
[JsonSerializable(typeof(AuditVerificationView))]
[JsonSerializable(typeof(AuditCheckpointPage))]
[JsonSerializable(typeof(AuditProofView))]
[JsonSerializable(typeof(AuditConsistencyView))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RestJsonContext : JsonSerializerContext;
