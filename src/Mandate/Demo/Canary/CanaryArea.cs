using System.Text.Json.Serialization;

namespace Mandate.Demo.Canary;

/// <summary>Kind of place that is looked through; the control must be found in each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CanaryArea>))]
internal enum CanaryArea
{
    /// <summary>Files of the engine's store.</summary>
    [JsonStringEnumMemberName("engine-store")]
    EngineStore,

    /// <summary>Files of the audit ledger.</summary>
    [JsonStringEnumMemberName("audit-ledger")]
    AuditLedger,

    /// <summary>Histories, as clients of the engine read them.</summary>
    [JsonStringEnumMemberName("histories")]
    Histories,

    /// <summary>Logs of the service and its workers.</summary>
    [JsonStringEnumMemberName("logs")]
    Logs,
}
