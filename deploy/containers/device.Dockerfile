# One device: a CPU core, or one NVIDIA GPU.
#   docker build -f deploy/containers/device.Dockerfile -t autoselect-device-cpu .
#   docker build -f deploy/containers/device.Dockerfile --build-arg CUDA=true -t autoselect-device-cuda .
# The second brings the CUDA libraries of its libtorch along; of the host it needs the driver and NVIDIA's container toolkit.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG CUDA=false
WORKDIR /source
COPY . .
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN dotnet publish src/AutoSelect.Device -c Release -p:Cuda=$CUDA -o /out/device

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /opt/autoselect/device
COPY --from=build /out/device .
# One thread, which neither spins nor gives memory back between steps.
ENV OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE \
    MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0
RUN install -d -o "$APP_UID" -g "$APP_UID" /var/lib/autoselect /srv/autoselect
USER $APP_UID
VOLUME ["/var/lib/autoselect", "/srv/autoselect"]
# SIGTERM has it write a checkpoint and take leave.
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/opt/autoselect/device/AutoSelect.Device.dll"]
