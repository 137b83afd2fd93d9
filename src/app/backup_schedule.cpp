#include "app/backup_schedule.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace lightdash::app {
namespace {

constexpr std::string_view service = R"(# --- /etc/systemd/system/lightdash-backup.service
# DATABASE_URL stands in /etc/lightdash/backup.env, readable by root alone. Then: systemctl daemon-reload &&
# systemctl enable --now lightdash-backup.timer
[Unit]
Description=Back up the database {database}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
EnvironmentFile=/etc/lightdash/backup.env
ExecStartPre={program} db wait 2m
ExecStart={program} backup {folder} --keep {keep}
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={folder}
PrivateTmp=yes

# --- /etc/systemd/system/lightdash-backup.timer
[Unit]
Description=Back up the database {database} daily

[Timer]
OnCalendar=*-*-* 02:30:00
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
)";

constexpr std::string_view cron_job = R"(
# --- kubectl apply -f lightdash-backup.yaml (the image needs postgresql-client, the claim and the secret must exist)
apiVersion: batch/v1
kind: CronJob
metadata:
  name: lightdash-backup
spec:
  schedule: "30 2 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: backup
              image: lightdash-backend
              args: ["backup", "/backups/", "--keep", "{keep}"]
              env:
                - name: DATABASE_URL
                  valueFrom:
                    secretKeyRef:
                      name: lightdash
                      key: database-url
              volumeMounts:
                - name: backups
                  mountPath: /backups
          volumes:
            - name: backups
              persistentVolumeClaim:
                claimName: lightdash-backups
)";

} // namespace

std::string schedule_text(const std::string& database, const std::string& folder, std::size_t keep)
{
    std::error_code unknown;
    auto program = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    if (unknown)
        program = "/usr/local/bin/lightdash-backend";
    const auto place = std::filesystem::absolute(folder).string();
    return fmt::format(fmt::runtime(service), fmt::arg("database", database), fmt::arg("program", program),
                       fmt::arg("folder", place), fmt::arg("keep", keep)) +
           fmt::format(fmt::runtime(cron_job), fmt::arg("keep", keep));
}

} // namespace lightdash::app
