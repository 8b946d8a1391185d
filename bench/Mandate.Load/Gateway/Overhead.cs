namespace Mandate.Load.Gateway;

/// <summary>One kind of work without and with the pipeline, medians of all rounds.</summary>
/// <param name="EnginePerSecond">Without.</param>
/// <param name="PipelinePerSecond">With.</param>
/// <param name="TimeRatio">Time with over time without.</param>
/// <param name="EngineCpuMicroseconds">Processor time of one, without.</param>
/// <param name="PipelineCpuMicroseconds">With.</param>
/// <param name="CpuRatio">Processor time with over without.</param>
internal sealed record Overhead(double EnginePerSecond, double PipelinePerSecond, double TimeRatio, double EngineCpuMicroseconds, double PipelineCpuMicroseconds, double CpuRatio);
